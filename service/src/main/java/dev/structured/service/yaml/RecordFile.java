package dev.structured.service.yaml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.Node;

/// Another file that is written as configuration files are, and read with the same rules and messages: one
/// record, or a list of them. The components of the records say by [Key] what stands in the file.
///
/// @param <R> a public record, so that it can be made from here
public final class RecordFile<R extends Record> {
    private static final int MOST = 1_000;

    private final String name;
    private final Problems problems = new Problems();
    private final SourceMap places = new SourceMap();
    private final List<R> records = new ArrayList<>();

    private RecordFile(String name) {
        this.name = name;
    }

    /// Reads a file with one record or a list of records. What is wrong with it is told by [#check].
    ///
    /// @param what a record is called in messages, such as `spec`
    /// @throws ConfigException if there is no text to read
    public static <R extends Record> RecordFile<R> read(Path file, String what, Class<R> type)
            throws ConfigException {
        return read(file.toString(), TextFile.text(file), what, type);
    }

    /// Reads a text with one record or a list of records. What is wrong with it is told by [#check].
    ///
    /// @param file the name that messages give it
    /// @param what a record is called in messages, such as `spec`
    public static <R extends Record> RecordFile<R> read(String file, String text, String what,
            Class<R> type) {
        RecordFile<R> read = new RecordFile<>(file);
        Node root = YamlText.parse(text, read.problems);
        if (root != null) read.read(new YamlValue("the " + what, root, read.problems), what, type);
        return read;
    }

    /// Reads a text that is one record. What is wrong with it is told by [#check].
    ///
    /// @param file the name that messages give it
    /// @param environment what `${env:NAME}` stands for
    public static <R extends Record> RecordFile<R> whole(String file, String text, Class<R> type,
            Map<String, String> environment) {
        RecordFile<R> read = new RecordFile<>(file);
        Node root = YamlText.parse(text, read.problems);
        if (root != null) {
            Node filled = new Interpolation(environment, read.problems).fill(root);
            read.records.add(
                    new Binder(read.places).read(type, "", new YamlValue(Section.WHOLE, filled,
                            read.problems)));
        }
        return read;
    }

    private void read(YamlValue root, String what, Class<R> type) {
        List<YamlValue> values = root.isList()
                ? root.called("the file").list(what, 1, MOST)
                : List.of(root);
        Binder binder = new Binder(places);
        for (YamlValue value : values) records.add(binder.read(type, "", value));
    }

    /// Returns where the records stand in the file, to report what is wrong between them.
    public SourceMap places() {
        return places;
    }

    /// Returns the records, in the file's order; those of a file with mistakes must not be used.
    public List<R> records() {
        return List.copyOf(records);
    }

    /// Reports what is wrong with the value of a key, unless that could not even be read.
    ///
    /// @param record one that was read, or one within it
    /// @param complaint the rest of a sentence about the value: "must be …"
    public void report(Record record, String key, String complaint) {
        if (places.isSound(record, key)) places.of(record, key).report(complaint);
    }

    /// Reports what is wrong with an entry of the mapping behind a key.
    ///
    /// @param entry the entry's name
    /// @param complaint a whole sentence
    public void report(Record record, String key, String entry, String complaint) {
        if (!places.isSound(record, key)) return;
        YamlValue place = places.of(record, key).locateKey(entry::equals);
        problems.add(place.node(), complaint);
    }

    /// Checks that nothing was wrong.
    ///
    /// @throws ConfigException if something was; it has all of it
    public void check() throws ConfigException {
        if (!problems.isEmpty()) throw new ConfigException(name, problems.inOrder());
    }
}
