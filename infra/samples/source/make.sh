#!/usr/bin/env bash
# Makes the sample files that come out of office programs again. Needs LibreOffice (writer, calc, impress), qpdf, zip.
# The files in ../files are what is shipped and tested; their bytes differ from run to run (dates, ids).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
files=$PWD/../files
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# convert SOURCE FORMAT TARGET
convert() {
    local filter=()
    [[ $1 != *.html ]] || filter=(--infilter="HTML (StarWriter)")
    soffice -env:UserInstallation="file://$work/profile" --headless "${filter[@]}" \
        --convert-to "$2" --outdir "$work/out" "$1" >/dev/null 2>&1
    mv "$work/out/$(basename "${1%.*}").${2%%:*}" "$3"
}

convert rider-handbook.html pdf:writer_pdf_Export "$files/rider-handbook.pdf"
convert workshop-manual.html "docx:MS Word 2007 XML" "$files/workshop-manual.docx"
convert board-minutes-2026-03.html odt:writer8 "$files/board-minutes-2026-03.odt"
convert history.html epub:EPUB "$files/history.epub"
convert helmet-loan.html "rtf:Rich Text Format" "$files/helmet-loan.rtf"
convert tariffs-2026.fods "xlsx:Calc MS Excel 2007 XML" "$files/tariffs-2026.xlsx"
convert winter-plan.fodp "pptx:Impress MS PowerPoint 2007 XML" "$files/winter-plan.pptx"

mkdir -p "$work/archive/2024"
cp survey-2024.txt "$work/archive/2024/"
convert accident-2024-08.html "docx:MS Word 2007 XML" "$work/archive/2024/accident-2024-08.docx"
rm -f "$files/archive-2024.zip"
(cd "$work/archive" && zip -q -X -r "$files/archive-2024.zip" 2024)

convert payroll.html pdf:writer_pdf_Export "$work/payroll.pdf"
qpdf --encrypt works-council owner-of-payroll 256 -- "$work/payroll.pdf" "$files/payroll-2026.pdf"
