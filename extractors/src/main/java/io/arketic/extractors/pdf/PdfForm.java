package io.arketic.extractors.pdf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDCheckBox;
import org.apache.pdfbox.pdmodel.interactive.form.PDChoice;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDPushButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDRadioButton;
import org.apache.pdfbox.pdmodel.interactive.form.PDTerminalField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTextField;
import org.jspecify.annotations.Nullable;

/** Reads the values of a form as text at the place of their fields, beside the label that a reader sees. */
final class PdfForm {

    private static final double SIZE = 10;

    private final Map<COSDictionary, PDTerminalField> fields = new IdentityHashMap<>();

    PdfForm(PDDocument document) {
        PDAcroForm form = document.getDocumentCatalog().getAcroForm(null);
        if (form != null) {
            for (PDField field : form.getFieldTree()) {
                if (field instanceof PDTerminalField terminal) {
                    terminal.getWidgets().forEach(widget -> fields.put(widget.getCOSObject(), terminal));
                }
            }
        }
    }

    /**
     * Returns the values of a page's fields.
     *
     * @param visible the text of the page; a field without any beside it names itself
     */
    List<PdfSegment> on(PDPage page, List<PdfSegment> visible) throws IOException {
        List<PdfSegment> values = new ArrayList<>();
        if (fields.isEmpty()) {
            return values;
        }
        for (PDAnnotation annotation : page.getAnnotations()) {
            PDTerminalField field = fields.get(annotation.getCOSObject());
            if (field != null && annotation instanceof PDAnnotationWidget widget && isShown(widget)) {
                add(field, widget, page, visible, values);
            }
        }
        return values;
    }

    private static boolean isShown(PDAnnotationWidget widget) {
        return !widget.isHidden() && !widget.isNoView() && widget.getRectangle() != null;
    }

    private static void add(
            PDTerminalField field,
            PDAnnotationWidget widget,
            PDPage page,
            List<PdfSegment> visible,
            List<PdfSegment> values) {
        String value = value(field, widget);
        if (value.isBlank()) {
            return;
        }
        PDRectangle box = page.getCropBox();
        PDRectangle place = widget.getRectangle();
        double left = place.getLowerLeftX() - box.getLowerLeftX();
        double right = place.getUpperRightX() - box.getLowerLeftX();
        String[] lines = value.strip().split("\\R");
        boolean labelled = page.getRotation() == 0;
        double middle = box.getUpperRightY() - (place.getLowerLeftY() + place.getUpperRightY()) / 2 + 0.3 * SIZE;
        double first = lines.length == 1 ? middle : box.getUpperRightY() - place.getUpperRightY() + SIZE;
        PdfSegment beside = labelled ? beside(visible, left, right, middle) : null;
        boolean named = beside == null;
        for (int i = 0; i < lines.length; i++) {
            String name = named && i == 0 ? name(field) + ": " : "";
            double baseline = beside != null && i == 0 ? beside.baseline() : first + i * 1.2 * SIZE;
            String line = name + lines[i].strip();
            double end = Math.min(right, left + line.length() * SIZE / 2);
            values.add(new PdfSegment(line, left, end, baseline, SIZE, false, true));
        }
    }

    /** Returns the nearest text on the line of a field. */
    private static @Nullable PdfSegment beside(List<PdfSegment> visible, double left, double right, double baseline) {
        PdfSegment nearest = null;
        double least = 250;
        for (PdfSegment segment : visible) {
            boolean sameLine = Math.abs(segment.baseline() - baseline) < 0.9 * Math.max(SIZE, segment.size());
            double apart = Math.max(left - segment.right(), segment.left() - right);
            if (sameLine && apart > -1 && apart < least) {
                least = apart;
                nearest = segment;
            }
        }
        return nearest;
    }

    private static String name(PDField field) {
        String shown = field.getAlternateFieldName();
        return shown == null || shown.isBlank() ? String.valueOf(field.getPartialName()) : shown.strip();
    }

    private static String value(PDTerminalField field, PDAnnotationWidget widget) {
        if (field instanceof PDPushButton) {
            return "";
        }
        if (field instanceof PDRadioButton) {
            return isOn(widget) ? "\u2612" : "\u2610";
        }
        if (field instanceof PDCheckBox) {
            return isOn(widget) ? "\u2612 yes" : "\u2610 no";
        }
        if (field instanceof PDButton) {
            return "";
        }
        if (field instanceof PDChoice choice) {
            return String.join(", ", shown(choice));
        }
        return field instanceof PDTextField ? String.valueOf(field.getValueAsString()) : "";
    }

    private static List<String> shown(PDChoice choice) {
        List<String> exported = choice.getOptionsExportValues();
        List<String> displayed = choice.getOptionsDisplayValues();
        return choice.getValue().stream()
                .map(value -> {
                    int index = exported.indexOf(value);
                    return index >= 0 && index < displayed.size() ? displayed.get(index) : value;
                })
                .toList();
    }

    private static boolean isOn(PDAnnotationWidget widget) {
        COSName state = widget.getAppearanceState();
        return state != null && !state.equals(COSName.Off);
    }
}
