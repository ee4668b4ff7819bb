package io.arketic.extractors.office;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageProperties;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.poi.openxml4j.opc.TargetMode;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;

/** Finds the parts of an Office Open XML package and their relations. */
public final class OfficeParts {

    private OfficeParts() {}

    /** Returns the main part, to which all others are related. */
    public static PackagePart main(OPCPackage container) throws InvalidFormatException {
        for (PackageRelationship relationship : container.getRelationships()) {
            if (relationship.getRelationshipType().endsWith("/relationships/officeDocument")) {
                PackagePart part = container.getPart(relationship);
                if (part != null) {
                    return part;
                }
            }
        }
        throw new InvalidFormatException("no main part");
    }

    /** Returns the related parts of a kind, for example {@code styles}. */
    public static List<PackagePart> related(PackagePart from, String kind) throws InvalidFormatException {
        List<PackagePart> parts = new ArrayList<>();
        for (PackageRelationship relationship : from.getRelationships()) {
            if (relationship.getRelationshipType().endsWith("/relationships/" + kind)
                    && relationship.getTargetMode() == TargetMode.INTERNAL) {
                PackagePart part = from.getRelatedPart(relationship);
                if (part != null) {
                    parts.add(part);
                }
            }
        }
        return parts;
    }

    /** Sets title, author and date of a package. */
    public static void describe(OPCPackage container, Metadata metadata) throws InvalidFormatException {
        PackageProperties properties = container.getPackageProperties();
        properties.getTitleProperty().ifPresent(title -> metadata.set(TikaCoreProperties.TITLE, title));
        properties.getCreatorProperty().ifPresent(author -> metadata.set(TikaCoreProperties.CREATOR, author));
        properties.getLanguageProperty().ifPresent(language -> metadata.set(TikaCoreProperties.LANGUAGE, language));
        Optional<Date> created = properties.getCreatedProperty();
        created.ifPresent(date -> metadata.set(TikaCoreProperties.CREATED, date));
    }
}
