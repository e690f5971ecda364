/// Load tests: one class a question, asked from outside over HTTP, with an open model (users do not wait for each other).
package dev.structured.load;
