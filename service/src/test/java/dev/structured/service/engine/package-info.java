/// Simulations of the whole engine: random configurations and requests, under schedules drawn from a seed,
/// judged by the rules of a page. These tests have no room of their own among the main classes: they run
/// `aggregate` and `guard` together.
package dev.structured.service.engine;
