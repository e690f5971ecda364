/// The aggregation service, wired by hand in [dev.structured.service.Main].
@NullMarked
package dev.structured.service;

import org.jspecify.annotations.NullMarked;
