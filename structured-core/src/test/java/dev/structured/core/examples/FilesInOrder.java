package dev.structured.core.examples;

import dev.structured.core.Action;
import dev.structured.core.Scheduler;
import dev.structured.core.interop.FileOps;
import dev.structured.core.interop.TooLargeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Files, off the carriers: written, read within limits, replaced in one step, gone at the end of the block.
final class FilesInOrder {
    private FilesInOrder() {}

    static void main() throws IOException {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) throws IOException {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> work(out));
    }

    // @start region=work
    private static void work(Transcript out) throws IOException {
        Path former = FileOps.<Path, IOException>withTempDirectory("notes", directory -> {
            Path notes = directory.resolve("notes");
            FileOps.write(notes, "one\n");
            FileOps.append(notes, "two\n");
            FileOps.forEachLine(notes, 100, line -> out.say("main: read " + line));
            FileOps.replace(notes, "three\n"); // a reader sees the old notes or the new ones
            out.say("main: " + FileOps.list(directory, 10).size() + " file, " + FileOps.size(notes)
                    + " bytes");
            readTooMuch(notes, out);
            return directory;
        });
        out.say("main: still there? " + FileOps.exists(former));
    }

    private static void readTooMuch(Path notes, Transcript out) throws IOException {
        try {
            FileOps.read(notes, 3);
        } catch (TooLargeException e) {
            out.say("main: more than 3 bytes are refused");
        }
    }
    // @end

    // @start region=watch
    /// Until it is cancelled.
    static void reloadWhenChanged(Path directory, Action<String, IOException> reload) throws IOException {
        FileOps.<@Nullable Void, IOException>watch(directory, watch -> {
            while (true) {
                for (var change : watch.next()) reload.accept(change.path().toString());
            }
        });
    }
    // @end
}
