package dev.structured.service.admission;

/// The answer to a page that wants to be begun.
public sealed interface Entry permits Ticket, Entry.No, Waiting {
    /// It must not be begun.
    ///
    /// @param bottleneck the name of the bottleneck that has no place for it
    record No(String bottleneck, Refused why) implements Entry {}
}
