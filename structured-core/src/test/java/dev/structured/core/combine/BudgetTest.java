package dev.structured.core.combine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BudgetTest {
    @Test
    void begins_full_and_then_lives_on_deposits() {
        Budget budget = new Budget(0.25, 2);
        assertTrue(budget.tryWithdraw());
        assertTrue(budget.tryWithdraw());
        assertFalse(budget.tryWithdraw());
        for (int i = 0; i < 3; i++) budget.deposit();
        assertFalse(budget.tryWithdraw(), "three quarters are not enough");
        budget.deposit();
        assertTrue(budget.tryWithdraw());
        assertEquals(new Budget.Statistics(0, 4, 3, 2), budget.statistics());
    }

    @Test
    void no_more_is_saved_than_it_holds() {
        Budget budget = new Budget(1, 3);
        for (int i = 0; i < 100; i++) budget.deposit();
        assertEquals(3, budget.statistics().tokens());
        budget.refund();
        assertEquals(3, budget.statistics().tokens());
    }

    @Test
    void extra_attempts_are_at_most_the_share_of_the_calls_and_what_was_saved() {
        Budget budget = new Budget(0.1, 5);
        for (int i = 0; i < 1_000; i++) {
            budget.deposit();
            while (budget.tryWithdraw()) {
                // a server that fails always
            }
        }
        assertEquals(104, budget.statistics().granted(), "the first deposit found it full");
    }

    @Test
    void unlimited_pays_for_everything() {
        Budget budget = Budget.unlimited();
        for (int i = 0; i < 10_000; i++) assertTrue(budget.tryWithdraw());
        budget.deposit();
    }

    @Test
    void figures_out_of_range_are_refused_with_the_range() {
        for (double ratio : new double[]{-0.1, 1_001, Double.NaN}) {
            assertEquals("ratio must be from 0 to 1000 extra attempts per first attempt: " + ratio,
                    assertThrows(IllegalArgumentException.class, () -> new Budget(ratio, 1)).getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> new Budget(0.1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Budget(0.1, 1_000_000_001));
    }

    @Test
    void says_what_is_left() {
        assertEquals("Budget[7.0 of 7.0 tokens]", new Budget(0, 7).toString());
    }
}
