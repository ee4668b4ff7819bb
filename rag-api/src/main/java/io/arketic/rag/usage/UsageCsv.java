package io.arketic.rag.usage;

import io.arketic.rag.listing.CsvField;
import io.arketic.rag.usage.UsageBreakdown.UsageShare;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes use as CSV (RFC 4180). */
final class UsageCsv {

    private UsageCsv() {}

    static void write(String by, List<UsageShare> shares, OutputStream target) throws IOException {
        StringBuilder text = new StringBuilder(by + ",name,requests,input_tokens,output_tokens,cost\r\n");
        for (UsageShare share : shares) {
            text.append(CsvField.of(share.key()))
                    .append(',')
                    .append(CsvField.of(share.name()))
                    .append(',')
                    .append(share.requests())
                    .append(',')
                    .append(share.inputTokens())
                    .append(',')
                    .append(share.outputTokens())
                    .append(',')
                    .append(share.cost().toPlainString())
                    .append("\r\n");
        }
        target.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
