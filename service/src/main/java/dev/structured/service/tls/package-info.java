/// Certificates and keys in PEM files: read, checked, and read again when the files have changed.
@NullMarked
package dev.structured.service.tls;

import org.jspecify.annotations.NullMarked;
