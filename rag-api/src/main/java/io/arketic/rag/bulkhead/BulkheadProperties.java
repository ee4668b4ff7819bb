package io.arketic.rag.bulkhead;

import io.arketic.embeddings.SettingValue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Holds the number of places in this process, by kind of work; those of answers are {@code
 * arketic.chat.parallel-answers}.
 */
@ConfigurationProperties("arketic.bulkhead")
record BulkheadProperties(
        @DefaultValue("20") int searches,
        @DefaultValue("16") int embeddings,
        @DefaultValue("2") int comparisons,
        @DefaultValue("2") int activations,
        @DefaultValue("2") int differences,
        @DefaultValue("8") int trials,
        @DefaultValue("4") int copies,
        @DefaultValue("2") int previews,
        @DefaultValue("12") int uploads,
        @DefaultValue("2") int completions,
        @DefaultValue("12") int downloads,
        @DefaultValue("8") int exports,
        @DefaultValue("2") int imports,
        @DefaultValue("8") int signIns,
        @DefaultValue("8") int organizationSignIns,
        @DefaultValue("4") int signOutReports) {

    /** Sets how many requests wait for each preview that is drawn, or draw it. */
    private static final int REQUESTS_OF_A_PREVIEW = 2;

    BulkheadProperties {
        SettingValue.atLeast("arketic.bulkhead.searches", searches, 1);
        SettingValue.atLeast("arketic.bulkhead.embeddings", embeddings, 1);
        SettingValue.atLeast("arketic.bulkhead.comparisons", comparisons, 1);
        SettingValue.atLeast("arketic.bulkhead.activations", activations, 1);
        SettingValue.atLeast("arketic.bulkhead.differences", differences, 1);
        SettingValue.atLeast("arketic.bulkhead.trials", trials, 1);
        SettingValue.atLeast("arketic.bulkhead.copies", copies, 1);
        SettingValue.atLeast("arketic.bulkhead.previews", previews, 1);
        SettingValue.atLeast("arketic.bulkhead.uploads", uploads, 1);
        SettingValue.atLeast("arketic.bulkhead.completions", completions, 1);
        SettingValue.atLeast("arketic.bulkhead.downloads", downloads, 1);
        SettingValue.atLeast("arketic.bulkhead.exports", exports, 1);
        SettingValue.atLeast("arketic.bulkhead.imports", imports, 1);
        SettingValue.atLeast("arketic.bulkhead.sign-ins", signIns, 1);
        SettingValue.atLeast("arketic.bulkhead.organization-sign-ins", organizationSignIns, 1);
        SettingValue.atLeast("arketic.bulkhead.sign-out-reports", signOutReports, 1);
    }

    int places(Kind kind, int answers) {
        return switch (kind) {
            case ANSWERS -> answers;
            case SEARCHES -> searches;
            case EMBEDDINGS -> embeddings;
            case COMPARISONS -> comparisons;
            case ACTIVATIONS -> activations;
            case DIFFERENCES -> differences;
            case TRIALS -> trials;
            case COPIES -> copies;
            case PREVIEWS -> REQUESTS_OF_A_PREVIEW * previews;
            case UPLOADS -> uploads;
            case COMPLETIONS -> completions;
            case DOWNLOADS -> downloads;
            case EXPORTS -> exports;
            case IMPORTS -> imports;
            case SIGN_INS -> signIns;
            case ORGANIZATION_SIGN_INS -> organizationSignIns;
            case SIGN_OUT_REPORTS -> signOutReports;
        };
    }
}
