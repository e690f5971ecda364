/// The file descriptors of the process: the number of those that are left, and a small reserve.
@NullMarked
package dev.structured.service.descriptors;

import org.jspecify.annotations.NullMarked;
