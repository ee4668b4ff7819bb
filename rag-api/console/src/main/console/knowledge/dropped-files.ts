/** The files of a drop, those in its folders, too, with the folder's path. */
export interface Dropped {
    file: File;
    path: string;
}

export async function droppedFiles(transfer: DataTransfer): Promise<Dropped[]> {
    // The items are empty once this call has returned, so entries are taken first.
    const entries = [...transfer.items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null);
    if (entries.length === 0) {
        return [...transfer.files].map(file => ({ file, path: "" }));
    }
    return (await Promise.all(entries.map(entry => filesOf(entry, "")))).flat();
}

async function filesOf(entry: FileSystemEntry, path: string): Promise<Dropped[]> {
    if (entry.isFile) {
        const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
        return [{ file, path }];
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    const inside = path ? `${path}/${entry.name}` : entry.name;
    const found: Dropped[] = [];
    for (;;) {
        // A browser gives a hundred at a time.
        const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
        if (part.length === 0) {
            return found;
        }
        found.push(...(await Promise.all(part.map(one => filesOf(one, inside)))).flat());
    }
}
