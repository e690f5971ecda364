package dev.structured.core;

/// Makes sure that a few kilobytes of the calling thread's stack are left before the kernel begins steps that
/// belong together, so that a [StackOverflowError] comes before the first step or not at all.
///
/// It recurses a few levels with large frames. In compiled code a call with many arguments makes them large:
/// each frame reserves the space for it, although the call is seldom made. In interpreted code variables do.
/// The space is enough for the longest path of the kernel in interpreted code, including the start of a
/// thread. See decision 0064.
final class StackRoom {
    private static final int LEVELS = 6;
    /// The compiler would leave out a branch that is never taken, and the space with it.
    private static final int TURNS_A_CALL = 256;

    private StackRoom() {}

    /// Touches the stack below the caller.
    ///
    /// @param turn a number that changes from call to call, so that the large call is made now and then
    /// @throws StackOverflowError if there is too little left
    static void require(int turn) {
        touch(LEVELS, turn);
    }

    @SuppressWarnings("UnusedVariable") // the space is what counts
    private static void touch(int levels, int turn) {
        long a000, a001, a002, a003, a004, a005, a006, a007, a008, a009, a010, a011, a012, a013,
                a014, a015, a016, a017, a018, a019, a020, a021, a022, a023, a024, a025, a026, a027, a028,
                a029, a030, a031, a032, a033, a034, a035, a036, a037, a038, a039, a040, a041, a042, a043,
                a044, a045, a046, a047, a048, a049, a050, a051, a052, a053, a054, a055, a056, a057, a058,
                a059, a060, a061, a062, a063, a064, a065, a066, a067, a068, a069, a070, a071, a072, a073,
                a074, a075, a076, a077, a078, a079, a080, a081, a082, a083, a084, a085, a086, a087, a088,
                a089, a090, a091, a092, a093, a094, a095, a096, a097, a098, a099, a100, a101, a102, a103,
                a104, a105, a106, a107, a108, a109, a110, a111, a112, a113, a114, a115, a116, a117, a118,
                a119;
        if (levels > 0) {
            touch(levels - 1, turn);
        } else if (turn % TURNS_A_CALL == 0) {
            wide(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0);
        }
    }

    /// Too long to be inlined.
    @SuppressWarnings("TooManyParameters")
    private static void wide(long p000, long p001, long p002, long p003, long p004, long p005, long p006,
            long p007,
            long p008, long p009, long p010, long p011, long p012, long p013, long p014, long p015,
            long p016, long p017, long p018, long p019, long p020, long p021, long p022, long p023,
            long p024, long p025, long p026, long p027, long p028, long p029, long p030, long p031,
            long p032, long p033, long p034, long p035, long p036, long p037, long p038, long p039,
            long p040, long p041, long p042, long p043, long p044, long p045, long p046, long p047,
            long p048, long p049, long p050, long p051, long p052, long p053, long p054, long p055,
            long p056, long p057, long p058, long p059, long p060, long p061, long p062, long p063,
            long p064, long p065, long p066, long p067, long p068, long p069, long p070, long p071,
            long p072, long p073, long p074, long p075, long p076, long p077, long p078, long p079,
            long p080, long p081, long p082, long p083, long p084, long p085, long p086, long p087,
            long p088, long p089, long p090, long p091, long p092, long p093, long p094, long p095,
            long p096, long p097, long p098, long p099, long p100, long p101, long p102, long p103,
            long p104, long p105, long p106, long p107, long p108, long p109, long p110, long p111,
            long p112, long p113, long p114, long p115, long p116, long p117, long p118, long p119) {
        if (p000 == 1) {
            wide(p000, p001, p002, p003, p004, p005, p006, p007, p008, p009, p010, p011, p012, p013,
                    p014, p015, p016, p017, p018, p019, p020, p021, p022, p023, p024, p025, p026, p027,
                    p028, p029, p030, p031, p032, p033, p034, p035, p036, p037, p038, p039, p040, p041,
                    p042, p043, p044, p045, p046, p047, p048, p049, p050, p051, p052, p053, p054, p055,
                    p056, p057, p058, p059, p060, p061, p062, p063, p064, p065, p066, p067, p068, p069,
                    p070, p071, p072, p073, p074, p075, p076, p077, p078, p079, p080, p081, p082, p083,
                    p084, p085, p086, p087, p088, p089, p090, p091, p092, p093, p094, p095, p096, p097,
                    p098, p099, p100, p101, p102, p103, p104, p105, p106, p107, p108, p109, p110, p111,
                    p112, p113, p114, p115, p116, p117, p118, p119);
        }
        if (p000 == 2) {
            wide(p000, p001, p002, p003, p004, p005, p006, p007, p008, p009, p010, p011, p012, p013,
                    p014, p015, p016, p017, p018, p019, p020, p021, p022, p023, p024, p025, p026, p027,
                    p028, p029, p030, p031, p032, p033, p034, p035, p036, p037, p038, p039, p040, p041,
                    p042, p043, p044, p045, p046, p047, p048, p049, p050, p051, p052, p053, p054, p055,
                    p056, p057, p058, p059, p060, p061, p062, p063, p064, p065, p066, p067, p068, p069,
                    p070, p071, p072, p073, p074, p075, p076, p077, p078, p079, p080, p081, p082, p083,
                    p084, p085, p086, p087, p088, p089, p090, p091, p092, p093, p094, p095, p096, p097,
                    p098, p099, p100, p101, p102, p103, p104, p105, p106, p107, p108, p109, p110, p111,
                    p112, p113, p114, p115, p116, p117, p118, p119);
        }
    }
}
