package io.arketic.rag.scim;

import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.utils.JsonUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;

/** Answers with SCIM's own refusals; {@link io.arketic.rag.problem.ScimErrors} converts all other problems. */
abstract class ScimEndpoints {

    @ExceptionHandler
    ResponseEntity<byte[]> refused(ScimException refusal) {
        int status = refusal.getScimError().getStatus();
        return ScimJson.answer(HttpStatus.valueOf(status), JsonUtils.valueToNode(refusal.getScimError()));
    }
}
