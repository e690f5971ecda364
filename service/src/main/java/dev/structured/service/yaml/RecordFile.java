package dev.structured.service.yaml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.Node;

/// A file that is read by the rules of configuration files, with the same messages: one record, or a list of
/// records. The [Key]s of the records' components declare its keys.
///
/// @param <R> a public record, so that this room can make it
public final class RecordFile<R extends Record> {
    private static final int MOST = 1_000;

    private final String name;
    private final Problems problems = new Problems();
    private final SourceMap places = new SourceMap();
    private final List<R> records = new ArrayList<>();

    private RecordFile(String name) {
        this.name = name;
    }

    /// Reads a file with one record or a list of records. Problems are reported by [#check].
    ///
    /// @param what the word for a record in messages, such as `spec`
    /// @throws ConfigException if there is no text to read
    public static <R extends Record> RecordFile<R> read(Path file, String what, Class<R> type)
            throws ConfigException {
        return read(file.toString(), TextFile.text(file), what, type);
    }

    /// Reads a text with one record or a list of records. Problems are reported by [#check].
    ///
    /// @param file the name that messages give it
    /// @param what the word for a record in messages, such as `spec`
    public static <R extends Record> RecordFile<R> read(String file, String text, String what,
            Class<R> type) {
        RecordFile<R> read = new RecordFile<>(file);
        Node root = YamlText.parse(file, text, read.problems, new Aliases.Budget());
        if (root != null) read.read(new YamlValue("the " + what, root, read.problems), what, type);
        return read;
    }

    /// Reads a text that is one record, with the files that it includes. Problems are reported by [#check].
    ///
    /// @param file the name that messages give it; if `inFile`, the file that the text was read from
    /// @param inFile true if the text may include other files
    /// @param environment the values of `${env:NAME}`
    /// @param read is told of the files that are read
    public static <R extends Record> RecordFile<R> whole(String file, String text, boolean inFile,
            Class<R> type, Map<String, String> environment, ReadFiles read) {
        RecordFile<R> whole = new RecordFile<>(file);
        Node root = new Inclusion(environment, whole.problems, read).tree(file, text, inFile);
        if (root != null) {
            whole.records.add(
                    new Binder(whole.places).read(type, "", new YamlValue(Section.WHOLE, root,
                            whole.problems)));
        }
        return whole;
    }

    private void read(YamlValue root, String what, Class<R> type) {
        List<YamlValue> values = root.isList()
                ? root.called("the file").list(what, 1, MOST)
                : List.of(root);
        Binder binder = new Binder(places);
        for (YamlValue value : values) records.add(binder.read(type, "", value));
    }

    /// Returns the places of the records in the file, to report mistakes between their keys.
    public SourceMap places() {
        return places;
    }

    /// Returns the records, in the file's order; those of a file with mistakes must not be used.
    public List<R> records() {
        return List.copyOf(records);
    }

    /// Reports a mistake in the value of a key, unless the value could not be read.
    ///
    /// @param record a record that was read, or one within it
    /// @param complaint the end of a sentence about the value: "must be …"
    public void report(Record record, String key, String complaint) {
        if (places.isSound(record, key)) places.of(record, key).report(complaint);
    }

    /// Reports a mistake in an entry of a mapping that is the value of a key.
    ///
    /// @param entry the entry's name
    /// @param complaint a whole sentence
    public void report(Record record, String key, String entry, String complaint) {
        if (!places.isSound(record, key)) return;
        YamlValue place = places.of(record, key).locateKey(entry::equals);
        problems.add(place.node(), complaint);
    }

    /// Returns the warnings of a file without mistakes, one a line: `routes.yaml:3:7: warning: …`.
    public List<String> warnings() {
        return problems.warnings().stream().map(each -> each.describe(name)).toList();
    }

    /// Checks that there are no problems.
    ///
    /// @throws ConfigException if there are; it has all of them
    public void check() throws ConfigException {
        if (!problems.isEmpty()) throw new ConfigException(name, problems.inOrder());
    }
}
