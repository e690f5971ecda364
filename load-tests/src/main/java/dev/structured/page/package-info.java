/// Measures the cost of a page: CPU time for each page, of the service and of a page of raw virtual threads.
@NullMarked
package dev.structured.page;

import org.jspecify.annotations.NullMarked;
