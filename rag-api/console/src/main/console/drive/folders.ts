/** Finds or creates the folders of dropped files, so that they arrive as they were. */
import { call, pages } from "../api/client";

/** Returns a function that gives the id of the folder at a path below {@code root}; undefined stands for the top. */
export function folderMaker(organization: string, root: string | undefined): (path: string) => Promise<string | undefined> {
    const path = { organization };
    let known: Promise<Map<string, string>> | undefined;
    const key = (parent: string | undefined, name: string) => `${parent ?? ""}/${name}`;
    const read = async () => {
        const folders = await pages(cursor => call("get", "/organizations/{organization}/documents/folders", { path, query: { limit: 200, ...(cursor ? { cursor } : {}) } }), 10_000);
        return new Map(folders.map(one => [key(one.parent_id ?? undefined, one.name), one.id]));
    };
    return async wanted => {
        if (!wanted) {
            return root;
        }
        const there = await (known ??= read());
        let parent = root;
        for (const name of wanted.split("/")) {
            const at = key(parent, name);
            let id = there.get(at);
            if (!id) {
                id = (await call("post", "/organizations/{organization}/documents/folders", { path, body: { name, ...(parent ? { parent_id: parent } : {}) } })).id;
                there.set(at, id);
            }
            parent = id;
        }
        return parent;
    };
}
