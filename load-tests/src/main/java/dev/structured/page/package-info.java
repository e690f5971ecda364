/// What a page costs: the service beside a page of raw virtual threads, CPU of the process a page.
@NullMarked
package dev.structured.page;

import org.jspecify.annotations.NullMarked;
