package io.arketic.extractors.worker;

import java.util.Set;

/** Lists formats that only contain other files, and formats whose readers expect attachments. */
final class ContainerTypes {

    private static final Set<String> TYPES = Set.of(
            "application/zip",
            "application/gzip",
            "application/x-tar",
            "application/x-gtar",
            "application/x-bzip",
            "application/x-bzip2",
            "application/x-xz",
            "application/x-7z-compressed",
            "application/x-rar-compressed",
            "application/zstd",
            "application/zlib",
            "application/x-lz4",
            "application/x-snappy",
            "application/x-snappy-framed",
            "application/x-compress",
            "application/x-brotli",
            "application/x-lzma",
            "application/x-archive",
            "application/x-arj",
            "application/x-cpio",
            "application/java-archive",
            "application/mbox",
            "application/vnd.ms-outlook",
            "application/vnd.ms-outlook-pst",
            "application/vnd.ms-tnef",
            "application/x-tnef",
            "message/rfc822");

    private ContainerTypes() {}

    static boolean isOnlyItsMembers(String mediaType) {
        return TYPES.contains(withoutParameters(mediaType));
    }

    private static String withoutParameters(String mediaType) {
        int parameters = mediaType.indexOf(';');
        return parameters < 0 ? mediaType : mediaType.substring(0, parameters).strip();
    }
}
