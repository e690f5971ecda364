/// The code of the page on frameworks, as programs.
@NullMarked
package dev.structured.frameworks;

import org.jspecify.annotations.NullMarked;
