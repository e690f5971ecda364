/// Load tests over HTTP, one class per question, with an open model: users do not wait for each other.
package dev.structured.load;
