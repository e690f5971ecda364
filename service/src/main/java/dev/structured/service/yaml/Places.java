package dev.structured.service.yaml;

import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/// Where the records that were read stand in the file, so that what is wrong between them is reported in its place.
public final class Places {
    private final IdentityHashMap<Record, Section> sections = new IdentityHashMap<>();
    private final IdentityHashMap<Record, Set<String>> broken = new IdentityHashMap<>();

    void put(Record record, Section section) {
        sections.put(record, section);
    }

    void broken(Record record, String key) {
        broken.computeIfAbsent(record, _ -> new HashSet<>()).add(key);
    }

    /// Returns false when one of the keys could not be read: its component has a stand-in, and has been reported.
    public boolean isSound(Record record, String... keys) {
        Set<String> unread = broken.getOrDefault(record, Set.of());
        return section(record).isReadable() && Arrays.stream(keys).noneMatch(unread::contains);
    }

    /// Returns true when the key stands in the file, whatever stands behind it.
    public boolean has(Record record, String key) {
        return section(record).find(key) != null;
    }

    private Section section(Record record) {
        Section section = sections.get(record);
        if (section == null)
            throw new IllegalStateException("A record has no place in the file: " + record.getClass());
        return section;
    }

    /// Returns the section that a record was read from, as a value.
    public Value of(Record record) {
        return section(record).value();
    }

    /// Returns what stands behind a key of a record; the record as a whole where the key is not there.
    public Value of(Record record, String key) {
        Section section = section(record);
        Value found = section.find(key);
        return found == null ? section.value() : found;
    }

    /// Reports what is wrong with what stands behind a key: "'budget' of part 'price' …".
    public void report(Record record, String key, String complaint) {
        of(record, key).report(complaint);
    }

    /// Reports what is wrong with a record, at the place of one of its keys: "part 'price' …".
    public void blame(Record record, String key, String complaint) {
        of(record, key).called(section(record).name()).report(complaint);
    }
}
