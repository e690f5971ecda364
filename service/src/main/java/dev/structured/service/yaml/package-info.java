/// Makes records from YAML, with errors that name the place, the rule and the fix. This room knows nothing
/// about routes: the [Key]s of the records declare the keys of a file and the types of their values.
@NullMarked
package dev.structured.service.yaml;

import org.jspecify.annotations.NullMarked;
