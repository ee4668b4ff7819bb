package io.arketic.rag.expression;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Compiles expressions. They see the variables of a workflow's run and nothing else: no environment, file, class or other
 * tenant.
 */
@Component
public class Expressions {

    /**
     * Limits the cost of the expressions of one step: each part costs one, and each hundred characters of its results cost
     * one. Searches and regular expressions cost more, by their texts.
     */
    public static final long MOST_COST = 100_000;

    /** Lists the variables of expressions. {@code item} and {@code index} have a value in the step of a for_each only. */
    public static final Set<String> VARIABLES =
            Set.of("input", "steps", "trigger", "workflow", "execution", "now", "item", "index");

    private static final int LONGEST = 4000;

    private final Cel cel;
    private final Cache<String, Expression> compiled =
            Caffeine.newBuilder().maximumSize(5_000).build();

    public Expressions() {
        MapType object = MapType.create(SimpleType.STRING, SimpleType.DYN);
        this.cel = CelFactory.standardCelBuilder()
                .setOptions(CelOptions.current()
                        .comprehensionMaxIterations(10_000)
                        .maxExpressionCodePointSize(LONGEST)
                        .maxParseRecursionDepth(50)
                        .maxRegexProgramSize(GuardedCall.LONGEST_PROGRAM)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addCompilerLibraries(
                        CelExtensions.strings(),
                        CelExtensions.math(CelOptions.current().build()))
                .addRuntimeLibraries(
                        CelExtensions.strings(),
                        CelExtensions.math(CelOptions.current().build()))
                .addVar("input", object)
                .addVar("steps", MapType.create(SimpleType.STRING, object))
                .addVar("trigger", object)
                .addVar("workflow", object)
                .addVar("execution", object)
                .addVar("now", SimpleType.STRING)
                .addVar("item", SimpleType.DYN)
                .addVar("index", SimpleType.INT)
                .build();
    }

    /** @throws ExpressionException that says what is wrong and where */
    public Expression compile(String text) throws ExpressionException {
        Expression known = compiled.getIfPresent(text);
        if (known != null) {
            return known;
        }
        if (text.codePointCount(0, text.length()) > LONGEST) {
            throw new ExpressionException("is longer than " + LONGEST + " characters");
        }
        try {
            CelValidationResult result = cel.compile(text);
            if (result.hasError()) {
                var first = result.getErrors().get(0);
                throw new ExpressionException(
                        "column " + (first.getSourceLocation().getColumn() + 1) + ": " + first.getMessage());
            }
            CelAbstractSyntaxTree tree = result.getAst();
            Expression expression = new Expression(tree, cel.createProgram(tree));
            compiled.put(text, expression);
            return expression;
        } catch (CelValidationException | CelEvaluationException | RuntimeException | StackOverflowError failure) {
            throw new ExpressionException(String.valueOf(failure.getMessage()), failure);
        }
    }
}
