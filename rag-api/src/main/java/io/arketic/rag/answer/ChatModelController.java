package io.arketic.rag.answer;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.DefaultModel;
import io.arketic.rag.model.ChatProperties;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /organizations/{organization}/chat-models}: the models that a chat may name. */
@RestController
@RequestMapping("/api/v1/organizations/{organization}/chat-models")
class ChatModelController {

    /**
     * Holds the choices of a chat.
     *
     * @param defaultModel of chats that name none
     */
    record ChatModels(String defaultModel, List<String> models) {}

    private final Memberships memberships;
    private final AiAllowance allowance;
    private final ChatProperties settings;
    private final DefaultModel shown;

    ChatModelController(Memberships memberships, AiAllowance allowance, ChatProperties settings, DefaultModel shown) {
        this.memberships = memberships;
        this.allowance = allowance;
        this.settings = settings;
        this.shown = shown;
    }

    @Operation(
            summary = "List the models that a chat may name",
            description = "Those that the organization allows and the deployment has.")
    @Requires(Permission.CHAT_READ)
    @GetMapping
    ChatModels list(Caller caller, @PathVariable UUID organization) {
        Membership membership = memberships.require(caller, organization);
        List<String> known = settings.models();
        List<String> models = allowance
                .models(membership)
                .map(allowed -> allowed.stream()
                        .filter(model -> settings.takesEveryModel() || known.contains(model))
                        .toList())
                .orElse(known);
        return new ChatModels(shown.shown(allowance.defaultModel(membership)), models);
    }
}
