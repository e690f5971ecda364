package dev.structured.core;

/// Makes sure that a few kilobytes of the calling thread's stack are left, before the kernel begins steps
/// that belong together: a [StackOverflowError] comes before the first of them, or not at all.
///
/// A recursion of some levels, whose frames are made large: in compiled code by a call with many arguments,
/// for which each frame keeps the space though it is seldom made; in interpreted code by variables. The space
/// is enough for the longest path of the kernel in interpreted code, a thread's start included. See decision
/// 0064.
final class StackRoom {
    private static final int LEVELS = 12;
    /// A branch that is never taken would be left out by the compiler, and the space with it.
    private static final int TURNS_A_CALL = 256;

    private StackRoom() {}

    /// Touches the stack below the caller.
    ///
    /// @param turn a number that is another one now and then
    /// @throws StackOverflowError if there is too little left
    static void require(int turn) {
        touch(LEVELS, turn);
    }

    @SuppressWarnings("UnusedVariable") // the space is what counts
    private static void touch(int levels, int turn) {
        long a00, a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13, a14, a15, a16,
                a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33,
                a34, a35, a36, a37, a38, a39, a40, a41, a42, a43, a44, a45, a46, a47, a48, a49, a50,
                a51, a52, a53, a54, a55, a56, a57, a58, a59;
        if (levels > 0) {
            touch(levels - 1, turn);
        } else if (turn % TURNS_A_CALL == 0) {
            wide(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }
    }

    /// Too long to be made part of its caller.
    @SuppressWarnings("TooManyParameters")
    private static void wide(long p00, long p01, long p02, long p03, long p04, long p05, long p06, long p07,
            long p08, long p09, long p10, long p11, long p12, long p13, long p14, long p15,
            long p16, long p17, long p18, long p19, long p20, long p21, long p22, long p23,
            long p24, long p25, long p26, long p27, long p28, long p29, long p30, long p31,
            long p32, long p33, long p34, long p35, long p36, long p37, long p38, long p39,
            long p40, long p41, long p42, long p43, long p44, long p45, long p46, long p47,
            long p48, long p49, long p50, long p51, long p52, long p53, long p54, long p55,
            long p56, long p57, long p58, long p59) {
        if (p00 == 1) {
            wide(p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11,
                    p12, p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23,
                    p24, p25, p26, p27, p28, p29, p30, p31, p32, p33, p34, p35,
                    p36, p37, p38, p39, p40, p41, p42, p43, p44, p45, p46, p47,
                    p48, p49, p50, p51, p52, p53, p54, p55, p56, p57, p58, p59);
        }
        if (p00 == 2) {
            wide(p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11,
                    p12, p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23,
                    p24, p25, p26, p27, p28, p29, p30, p31, p32, p33, p34, p35,
                    p36, p37, p38, p39, p40, p41, p42, p43, p44, p45, p46, p47,
                    p48, p49, p50, p51, p52, p53, p54, p55, p56, p57, p58, p59);
        }
        if (p00 == 3) {
            wide(p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11,
                    p12, p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23,
                    p24, p25, p26, p27, p28, p29, p30, p31, p32, p33, p34, p35,
                    p36, p37, p38, p39, p40, p41, p42, p43, p44, p45, p46, p47,
                    p48, p49, p50, p51, p52, p53, p54, p55, p56, p57, p58, p59);
        }
    }
}
