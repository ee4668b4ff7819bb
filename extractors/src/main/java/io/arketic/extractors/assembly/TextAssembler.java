package io.arketic.extractors.assembly;

import io.arketic.extractors.ExtractedDocument.Block;
import io.arketic.extractors.ExtractedDocument.BlockType;
import io.arketic.extractors.ExtractedDocument.Page;
import io.arketic.extractors.ExtractionException.Reason;
import io.arketic.extractors.LeftOut;
import io.arketic.extractors.Warning;
import io.arketic.extractors.protocol.WorkerProtocol;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the clean text of one file, its blocks and its pages, and stops at the text limit. */
public final class TextAssembler {

    /** Holds a state to which {@link #returnTo} returns. */
    public static final class Mark {
        private final int characters;
        private final List<Block> lastBlock;
        private final int blocks;
        private final int pages;
        private final int unstartedPages;
        private final boolean open;
        private final FilePlaces.Mark place;
        private final Map<LeftOut, Integer> leftOut;
        private final int warnings;
        private final int furtherWarnings;
        private final List<@Nullable String> pageLabels;
        private final Map<Integer, Integer> confidences;

        private Mark(TextAssembler out) {
            characters = out.text.length();
            blocks = out.blocks.size();
            lastBlock = List.copyOf(out.blocks.subList(Math.max(0, blocks - 1), blocks));
            pages = out.pageStarts.size();
            unstartedPages = out.unstartedPages;
            open = out.open;
            place = out.places.mark();
            leftOut = Map.copyOf(out.leftOut);
            warnings = out.warnings.size();
            furtherWarnings = out.furtherWarnings;
            pageLabels = out.pageLabels;
            confidences = Map.copyOf(out.confidences);
        }
    }

    private final int maxCharacters;
    private final StringBuilder text = new StringBuilder();
    private final List<Block> blocks = new ArrayList<>();
    private final List<Integer> pageStarts = new ArrayList<>();
    private int unstartedPages;
    private boolean open;
    private @Nullable LimitPassedException passed;
    private final FilePlaces places = new FilePlaces();
    private final Map<LeftOut, Integer> leftOut = new EnumMap<>(LeftOut.class);
    private final List<Warning> warnings = new ArrayList<>();
    private int furtherWarnings;
    private List<@Nullable String> pageLabels = List.of();
    private final Map<Integer, Integer> confidences = new HashMap<>();

    public TextAssembler(int maxCharacters) {
        this.maxCharacters = maxCharacters;
    }

    public int maxCharacters() {
        return maxCharacters;
    }

    /** Marks the present state. */
    public Mark mark() {
        return new Mark(this);
    }

    /** Forgets what was added since the mark, except an exceeded limit. */
    public void returnTo(Mark mark) {
        text.setLength(mark.characters);
        blocks.subList(Math.max(0, mark.blocks - 1), blocks.size()).clear();
        blocks.addAll(mark.lastBlock);
        pageStarts.subList(mark.pages, pageStarts.size()).clear();
        unstartedPages = mark.unstartedPages;
        open = mark.open;
        places.returnTo(mark.place);
        leftOut.clear();
        leftOut.putAll(mark.leftOut);
        warnings.subList(mark.warnings, warnings.size()).clear();
        furtherWarnings = mark.furtherWarnings;
        pageLabels = mark.pageLabels;
        confidences.clear();
        confidences.putAll(mark.confidences);
    }

    /** Counts content that readers do not see. */
    public void leaveOut(LeftOut kind, int count) {
        if (count > 0) {
            leftOut.merge(kind, count, Integer::sum);
        }
    }

    /** Returns what was left out, by kind; a kind that did not occur is missing. */
    public Map<LeftOut, Integer> leftOut() {
        return leftOut;
    }

    /**
     * Adds a warning for a part without text.
     *
     * @param page counts from 1; null where the place has none
     */
    public void warn(Warning.Kind kind, @Nullable Integer page, String place) {
        if (warnings.size() < WorkerProtocol.MAX_WARNINGS - 1) {
            warnings.add(new Warning(kind, page, place));
        } else {
            furtherWarnings++;
        }
    }

    public List<Warning> warnings() {
        List<Warning> all = new ArrayList<>(warnings);
        if (furtherWarnings > 0) {
            all.add(new Warning(Warning.Kind.FURTHER_WARNINGS, null, Integer.toString(furtherWarnings)));
        }
        return all;
    }

    /**
     * Records that the text of a page was recognised.
     *
     * @param page counts from 1
     * @param confidence from 0 to 100
     */
    public void recognized(int page, int confidence) {
        confidences.put(page, confidence);
    }

    /** Sets the printed numbers of the pages from the first on; null for a page without one. */
    public void labelPages(List<@Nullable String> labels) {
        pageLabels = labels;
    }

    private @Nullable String pageLabel(int index) {
        String label =
                index < Math.min(pageLabels.size(), WorkerProtocol.MAX_LABELLED_PAGES) ? pageLabels.get(index) : null;
        String clean = label == null ? "" : TextCleaner.clean(label, false).replace('\n', ' ');
        boolean own = !clean.isEmpty()
                && clean.length() <= WorkerProtocol.MAX_PAGE_LABEL
                && !clean.equals(Integer.toString(index + 1));
        return own ? clean : null;
    }

    /** Adds a separate block. Blank text is ignored. */
    public void block(BlockType type, int level, CharSequence raw) {
        String clean = TextCleaner.clean(raw, type == BlockType.CODE);
        if (!clean.isBlank()) {
            add(type, level, clean, false);
            open = false;
        }
    }

    /**
     * Continues the last paragraph.
     *
     * @param nextPage whether what follows stands on the next page
     * @param apart whether a blank stands before it
     */
    public void goOn(CharSequence raw, boolean nextPage, boolean apart) {
        String clean = TextCleaner.clean(raw, false);
        Block last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
        if (clean.isBlank() || last == null || last.type() != BlockType.PARAGRAPH || places.changed()) {
            unstartedPages += nextPage ? 1 : 0;
            block(BlockType.PARAGRAPH, 0, clean);
            return;
        }
        refuseBeyondLimit(clean);
        text.append(apart ? " " : "");
        if (nextPage) {
            refuseBeyondPages();
            pageStarts.add(text.length());
        }
        text.append(clean);
        blocks.set(blocks.size() - 1, new Block(last.type(), last.level(), last.start(), text.length()));
    }

    /** Adds a line to the open list or table, or opens one. */
    public void line(BlockType type, CharSequence raw) {
        add(type, 0, raw.toString(), true);
        open = true;
    }

    /** Closes the open list or table: the next line opens a new one. */
    public void closeBlock() {
        open = false;
    }

    /** Puts the following text on the next page. */
    public void startPage() {
        open = false;
        refuseBeyondPages();
        unstartedPages++;
    }

    private void refuseBeyondPages() {
        if (pageStarts.size() + unstartedPages >= WorkerProtocol.MAX_PAGES) {
            pass("more than " + WorkerProtocol.MAX_PAGES + " pages");
        }
    }

    /** Returns which file inside the file is read. Its name precedes its text, if it has any. */
    public FilePlaces places() {
        return places;
    }

    private void add(BlockType type, int level, String clean, boolean joins) {
        if (clean.isBlank()) {
            return;
        }
        String file = places.toWrite();
        if (file != null) {
            block(BlockType.FILE, 0, file);
        }
        refuseBeyondLimit(clean);
        Block last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
        if (joins && open && last != null && last.type() == type && unstartedPages == 0) {
            text.append('\n').append(clean);
            blocks.set(blocks.size() - 1, new Block(type, last.level(), last.start(), text.length()));
            return;
        }
        if (blocks.size() >= WorkerProtocol.MAX_BLOCKS) {
            pass("more than " + WorkerProtocol.MAX_BLOCKS + " paragraphs, lists and tables");
        }
        if (!text.isEmpty()) {
            text.append("\n\n");
        }
        while (unstartedPages > 0) {
            pageStarts.add(text.length());
            unstartedPages--;
        }
        int start = text.length();
        text.append(clean);
        blocks.add(new Block(type, level, start, text.length()));
    }

    private void refuseBeyondLimit(String clean) {
        if (passed != null) {
            throw passed;
        }
        if ((long) text.length() + clean.length() + 2 > maxCharacters) {
            pass("more than " + maxCharacters + " characters of text");
        }
    }

    private void pass(String what) {
        passed = new LimitPassedException(Reason.TEXT_LIMIT, what);
        throw passed;
    }

    /** Returns the limit that was exceeded, even if a parser caught its exception. */
    @Nullable
    public LimitPassedException passed() {
        return passed;
    }

    public void recordPassed(LimitPassedException limit) {
        if (passed == null) {
            passed = limit;
        }
    }

    public String text() {
        return text.toString();
    }

    public List<Block> blocks() {
        return blocks;
    }

    public List<Page> pages() {
        List<Page> pages = new ArrayList<>();
        int count = pageStarts.size() + unstartedPages;
        for (int i = 0; i < count; i++) {
            int start = i < pageStarts.size() ? pageStarts.get(i) : text.length();
            int end = i + 1 < pageStarts.size() ? pageStarts.get(i + 1) : text.length();
            pages.add(new Page(i + 1, i == 0 ? 0 : start, end, pageLabel(i), confidences.get(i + 1)));
        }
        return pages;
    }
}
