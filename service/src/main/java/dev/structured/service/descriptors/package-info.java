/// The file descriptors of the process: how many are left, and a few that are kept for need.
@NullMarked
package dev.structured.service.descriptors;

import org.jspecify.annotations.NullMarked;
