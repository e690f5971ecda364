/// Views of recorded requests: a sentence, a tree, the state of all of them, and findings. Everything here is
/// computed from the records of `record`, and changes nothing.
@NullMarked
package dev.structured.service.view;

import org.jspecify.annotations.NullMarked;
