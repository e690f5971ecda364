package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import org.jspecify.annotations.Nullable;

/// The place of a part in the page.
///
/// @param as the name of its field; null for the part's name, and always null with `merge`
/// @param group the object that it is put in; null for the page itself
/// @param merge true if its fields are put there, instead of one field with its value
/// @param show false if it is not in the page; the others then have no meaning
public record PlaceConfig(
        @Key(type = PageField.class, says = "The part's name in the page, if not its own.") @Nullable String as,
        @Key(type = PageField.class, says = "The object of the page that the part is put in.") @Nullable String group,
        @Key(preset = "false", says = "True to put the part's fields in the page itself; needs 'allow'.") boolean merge,
        @Key(preset = "true", says = "False if the part is not in the page, but only used by other "
                + "parts.") boolean show) {

    /// A field of the page with the part's own name.
    public static final PlaceConfig OWN_FIELD = new PlaceConfig(null, null, false, true);

    public PlaceConfig {
        if (!show) {
            group = null;
            merge = false;
        }
        if (!show || merge) as = null;
    }
}
