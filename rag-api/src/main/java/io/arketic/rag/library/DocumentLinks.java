package io.arketic.rag.library;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SignedLinks;
import io.arketic.rag.deployment.PublicAddress;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Makes links to originals for readers of a citation: they open without a token, as long as the asker may read. */
@Component
public class DocumentLinks {

    private final SignedLinks links;
    private final PublicAddress address;

    DocumentLinks(SignedLinks links, PublicAddress address) {
        this.links = links;
        this.address = address;
    }

    /** Returns a link; whether the document exists is checked when it is opened. */
    public String link(Caller asker, UUID knowledgeBaseId, UUID documentId, int version) {
        return address.of(
                "/api/v1/links/" + links.sign(asker.identity(), knowledgeBaseId + "/" + documentId + "/" + version));
    }
}
