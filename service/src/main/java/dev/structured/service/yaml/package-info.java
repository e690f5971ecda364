/// Records from YAML, with errors that name the place, the rule and the fix. This room knows no route: which
/// keys a file has, and what their values mean, is said by the [Key]s of the records that it is given.
@NullMarked
package dev.structured.service.yaml;

import org.jspecify.annotations.NullMarked;
