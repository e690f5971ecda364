package dev.structured.service.check;

import dev.structured.service.config.TransferConfig;
import dev.structured.service.yaml.SourceMap;
import java.time.Duration;

/// What must hold between the times that clients get for their requests and answers.
record TransferCheck(TransferConfig transfer, SourceMap places) {

    void check() {
        if (!places.isSound(transfer) || transfer.minRateBytes() == 0) return;
        check("bodyTimeout", transfer.bodyTimeout());
        check("answerTimeout", transfer.answerTimeout());
    }

    private void check(String key, Duration limit) {
        if (transfer.rateWindow().compareTo(limit) < 0) return;
        places.report(transfer, places.has(transfer, "rateWindow") ? "rateWindow" : key,
                "leaves no time in which 'minRate' could be measured, since '" + key
                        + "' is not longer than 'rateWindow'; shorten 'rateWindow', or write 'minRate: 0B'");
    }
}
