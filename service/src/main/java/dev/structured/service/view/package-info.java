/// Pictures of recorded requests: a sentence, a tree, where all of them are, what looks wrong. Everything
/// here is a function of what `record` has, and changes nothing.
@NullMarked
package dev.structured.service.view;

import org.jspecify.annotations.NullMarked;
