/// Decides which endpoint of a downstream gets a call: the state of each of them, and the choice among them.
@NullMarked
package dev.structured.service.balance;

import org.jspecify.annotations.NullMarked;
