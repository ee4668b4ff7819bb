package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.node.ValueNode;
import com.unboundid.scim2.common.Path;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.filters.AndFilter;
import com.unboundid.scim2.common.filters.ComplexValueFilter;
import com.unboundid.scim2.common.filters.ContainsFilter;
import com.unboundid.scim2.common.filters.EndsWithFilter;
import com.unboundid.scim2.common.filters.EqualFilter;
import com.unboundid.scim2.common.filters.Filter;
import com.unboundid.scim2.common.filters.FilterVisitor;
import com.unboundid.scim2.common.filters.GreaterThanFilter;
import com.unboundid.scim2.common.filters.GreaterThanOrEqualFilter;
import com.unboundid.scim2.common.filters.LessThanFilter;
import com.unboundid.scim2.common.filters.LessThanOrEqualFilter;
import com.unboundid.scim2.common.filters.NotEqualFilter;
import com.unboundid.scim2.common.filters.NotFilter;
import com.unboundid.scim2.common.filters.OrFilter;
import com.unboundid.scim2.common.filters.PresentFilter;
import com.unboundid.scim2.common.filters.StartsWithFilter;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Translates a filter into a condition with bind variables. Attributes name columns of a fixed table, so that nothing of the
 * request becomes a part of the statement.
 */
final class FilterSql implements FilterVisitor<String, String> {

    /** Says how values of an attribute are compared. */
    enum Kind {
        TEXT,
        /** Counts in any case; its expression is in lower case. */
        FOLDED,
        FLAG,
        TIME
    }

    /**
     * Describes an attribute.
     *
     * @param expression of SQL; with {@code %s}, a whole condition about a value, which is compared for equality only
     */
    record Attribute(String expression, Kind kind) {

        boolean isCondition() {
            return expression.contains("%s");
        }
    }

    /** Holds a condition, and its variables by name. */
    record Condition(String sql, Map<String, Object> variables) {}

    private static final String NO_PREFIX = "";

    private final Map<String, Attribute> attributes;
    private final Map<String, Object> variables = new LinkedHashMap<>();

    private FilterSql(Map<String, Attribute> attributes) {
        this.attributes = attributes;
    }

    /** @param attributes by their names in lower case */
    static Condition of(Filter filter, Map<String, Attribute> attributes) throws ScimException {
        FilterSql translated = new FilterSql(attributes);
        String sql = filter.visit(translated, NO_PREFIX);
        return new Condition(sql, translated.variables);
    }

    @Override
    public String visit(EqualFilter filter, String prefix) throws ScimException {
        Attribute attribute = attribute(filter, prefix);
        if (filter.getComparisonValue().isNull()) {
            return "NOT " + present(attribute);
        }
        String variable = variable(attribute, filter);
        return attribute.isCondition() ? attribute.expression().formatted(variable) : compare(attribute, "=", variable);
    }

    @Override
    public String visit(NotEqualFilter filter, String prefix) throws ScimException {
        Attribute attribute = attribute(filter, prefix);
        if (filter.getComparisonValue().isNull()) {
            return present(attribute);
        }
        String variable = variable(attribute, filter);
        return attribute.isCondition()
                ? "NOT " + attribute.expression().formatted(variable)
                : "(" + attribute.expression() + " IS DISTINCT FROM " + variable + ")";
    }

    @Override
    public String visit(ContainsFilter filter, String prefix) throws ScimException {
        Attribute attribute = text(filter, prefix);
        return "(strpos(coalesce(" + attribute.expression() + ", ''), " + variable(attribute, filter) + ") > 0)";
    }

    @Override
    public String visit(StartsWithFilter filter, String prefix) throws ScimException {
        Attribute attribute = text(filter, prefix);
        return "starts_with(coalesce(" + attribute.expression() + ", ''), " + variable(attribute, filter) + ")";
    }

    @Override
    public String visit(EndsWithFilter filter, String prefix) throws ScimException {
        Attribute attribute = text(filter, prefix);
        String variable = variable(attribute, filter);
        return "(right(coalesce(" + attribute.expression() + ", ''), length(" + variable + ")) = " + variable + ")";
    }

    @Override
    public String visit(PresentFilter filter, String prefix) throws ScimException {
        return present(attribute(filter, prefix));
    }

    @Override
    public String visit(GreaterThanFilter filter, String prefix) throws ScimException {
        return ordered(filter, prefix, ">");
    }

    @Override
    public String visit(GreaterThanOrEqualFilter filter, String prefix) throws ScimException {
        return ordered(filter, prefix, ">=");
    }

    @Override
    public String visit(LessThanFilter filter, String prefix) throws ScimException {
        return ordered(filter, prefix, "<");
    }

    @Override
    public String visit(LessThanOrEqualFilter filter, String prefix) throws ScimException {
        return ordered(filter, prefix, "<=");
    }

    @Override
    public String visit(AndFilter filter, String prefix) throws ScimException {
        return joined(filter.getCombinedFilters(), " AND ", prefix);
    }

    @Override
    public String visit(OrFilter filter, String prefix) throws ScimException {
        return joined(filter.getCombinedFilters(), " OR ", prefix);
    }

    @Override
    public String visit(NotFilter filter, String prefix) throws ScimException {
        return "NOT (" + filter.getInvertedFilter().visit(this, prefix) + ")";
    }

    /** Reads {@code emails[type eq "work" and value eq "a@b"]}: of a list with one value, each part is about that value. */
    @Override
    public String visit(ComplexValueFilter filter, String prefix) throws ScimException {
        return "(" + filter.getValueFilter().visit(this, name(filter, prefix) + ".") + ")";
    }

    private String joined(List<Filter> filters, String with, String prefix) throws ScimException {
        List<String> parts = new ArrayList<>();
        for (Filter filter : filters) {
            parts.add(filter.visit(this, prefix));
        }
        return parts.stream().collect(Collectors.joining(with, "(", ")"));
    }

    private String ordered(Filter filter, String prefix, String operator) throws ScimException {
        Attribute attribute = attribute(filter, prefix);
        if (attribute.kind() == Kind.FLAG || attribute.isCondition()) {
            throw BadRequestException.invalidFilter(filter.getAttributePath() + " has no order.");
        }
        return compare(attribute, operator, variable(attribute, filter));
    }

    private static String compare(Attribute attribute, String operator, String variable) {
        return "coalesce(" + attribute.expression() + " " + operator + " " + variable + ", false)";
    }

    private static String present(Attribute attribute) throws ScimException {
        if (attribute.isCondition()) {
            throw BadRequestException.invalidFilter("A list of members can be compared with a value only.");
        }
        return "(" + attribute.expression() + " IS NOT NULL)";
    }

    private Attribute text(Filter filter, String prefix) throws ScimException {
        Attribute attribute = attribute(filter, prefix);
        if (attribute.isCondition() || attribute.kind() == Kind.FLAG || attribute.kind() == Kind.TIME) {
            throw BadRequestException.invalidFilter(filter.getAttributePath() + " is no text.");
        }
        return attribute;
    }

    private Attribute attribute(Filter filter, String prefix) throws ScimException {
        String name = name(filter, prefix);
        Attribute attribute = attributes.get(name);
        if (attribute == null) {
            throw BadRequestException.invalidFilter("There is no attribute " + name + " to filter by.");
        }
        return attribute;
    }

    private static String name(Filter filter, String prefix) {
        StringBuilder name = new StringBuilder(prefix);
        for (Path.Element element : filter.getAttributePath()) {
            if (name.length() > prefix.length()) {
                name.append('.');
            }
            name.append(element.getAttribute().toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    private String variable(Attribute attribute, Filter filter) throws ScimException {
        ValueNode given = filter.getComparisonValue();
        String text = given.asText();
        String name = "filter" + variables.size();
        switch (attribute.kind()) {
            case TEXT -> variables.put(name, text);
            case FOLDED -> variables.put(name, text.toLowerCase(Locale.ROOT));
            case FLAG -> {
                if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
                    throw BadRequestException.invalidFilter(filter.getAttributePath() + " is true or false.");
                }
                variables.put(name, Boolean.valueOf(text));
            }
            case TIME -> {
                try {
                    variables.put(name, OffsetDateTime.parse(text));
                } catch (DateTimeException malformed) {
                    throw new BadRequestException(
                            filter.getAttributePath() + " is compared with a time such as 2026-11-30T12:00:00Z.",
                            BadRequestException.INVALID_FILTER,
                            malformed);
                }
            }
        }
        return ":" + name;
    }
}
