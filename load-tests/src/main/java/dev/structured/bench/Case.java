package dev.structured.bench;

/// What is measured of one peer.
///
/// @param question the benchmark's method
/// @param carriers how many threads carry the virtual ones
record Case(String question, String peer, int children, int carriers) {
    Case of(String other) {
        return new Case(question, other, children, carriers);
    }

    @Override
    public String toString() {
        return question + ", " + children + (children == 1 ? " child, " : " children, ") + carriers
                + (carriers == 1 ? " carrier" : " carriers");
    }
}
