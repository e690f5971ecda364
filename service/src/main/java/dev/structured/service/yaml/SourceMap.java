package dev.structured.service.yaml;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/// The places of the records in the file, so that mistakes between their keys are reported there.
///
/// Each method that takes keys throws an [IllegalArgumentException] for a key that the record cannot have.
public final class SourceMap {
    private final IdentityHashMap<Record, Section> sections = new IdentityHashMap<>();

    SourceMap() {}

    void put(Record record, Section section) {
        sections.put(record, section);
    }

    /// Returns false if the value of one of the keys could not be read: its component has a placeholder, and
    /// the mistake has been reported.
    public boolean isSound(Record record, String... keys) {
        Section section = section(record);
        Arrays.stream(keys).forEach(section::requireKnown);
        return section.isReadable() && Arrays.stream(keys).noneMatch(section::isBroken);
    }

    /// Returns true if the record itself has the key in the file, whatever its value is. A default does not
    /// count.
    public boolean has(Record record, String key) {
        Section section = section(record);
        section.requireKnown(key);
        return section.has(key);
    }

    /// Returns the keys of the file that belong to a record that was not chosen, in the file's order.
    public List<String> unused(Record record) {
        return section(record).unused();
    }

    /// Returns the keys of a record whose values stand elsewhere than the record, in its order: they are
    /// defaults, or merged.
    public List<Elsewhere> elsewhere(Record record) {
        return section(record).elsewhere();
    }

    /// A value that stands elsewhere than the record that has it.
    ///
    /// @param place such as `common.yaml:3`
    /// @param isDefault false for a merged value
    public record Elsewhere(String key, String place, boolean isDefault) {}

    /// Returns the place of a record, such as `common.yaml:3`.
    public String place(Record record) {
        return of(record).place();
    }

    private Section section(Record record) {
        Section section = sections.get(record);
        if (section == null)
            throw new IllegalStateException("A record has no place in the file: " + record.getClass());
        return section;
    }

    /// Returns the section that a record was read from, as a value.
    public YamlValue of(Record record) {
        return section(record).value();
    }

    /// Returns the value of a key of a record; the record as a whole if the key is not there.
    public YamlValue of(Record record, String key) {
        Section section = section(record);
        section.requireKnown(key);
        YamlValue found = section.find(key);
        return found == null ? section.value() : found;
    }

    /// Reports a mistake in the value of a key: "'budget' of part 'price' …".
    public void report(Record record, String key, String complaint) {
        of(record, key).report(complaint);
    }

    /// Reports a mistake in a record, at the place of one of its keys: "part 'price' …".
    public void blame(Record record, String key, String complaint) {
        of(record, key).called(section(record).name()).report(complaint);
    }
}
