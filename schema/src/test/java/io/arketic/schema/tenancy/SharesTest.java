package io.arketic.schema.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharesTest {

    private static int takeAll(Shares shares, UUID tenant) {
        int taken = 0;
        while (shares.take(tenant)) {
            taken++;
        }
        return taken;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "4,3", "12,9", "128,102"})
    void oneTenantAloneGetsAboutFourFifthsAndNeverTheLastOfSeveral(int places, int share) {
        Shares shares = new Shares(places);
        assertThat(takeAll(shares, UUID.randomUUID())).isEqualTo(share);
        assertThat(shares.take(UUID.randomUUID())).isEqualTo(places > 1);
    }

    @Test
    void whatTheFirstTenantGivesBackGoesToOthersUntilTheyHaveAsMuch() {
        Shares shares = new Shares(20);
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        takeAll(shares, first);
        for (int round = 0; round < 100; round++) {
            shares.giveBack(first);
            takeAll(shares, second);
            takeAll(shares, first);
            shares.giveBack(second);
            takeAll(shares, first);
            takeAll(shares, second);
        }
        assertThat(Math.abs(shares.heldBy(first) - shares.heldBy(second))).isLessThanOrEqualTo(2);
        assertThat(shares.take(UUID.randomUUID())).isTrue();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        Shares shares = new Shares(4);
        UUID tenant = UUID.randomUUID();
        takeAll(shares, tenant);
        for (int given = 0; given < 3; given++) {
            shares.giveBack(tenant);
        }
        assertThat(shares.taken()).isZero();
        assertThat(shares.heldBy(tenant)).isZero();
        assertThat(takeAll(shares, tenant)).isEqualTo(3);
    }
}
