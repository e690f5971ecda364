/// The test kit: virtual time, simulations of races, tests that are runs, and assertions.
package dev.structured.testing;
