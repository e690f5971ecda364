/// The test kit: a clock that tests hold in their hands, and what they need around it.
package dev.structured.testing;
