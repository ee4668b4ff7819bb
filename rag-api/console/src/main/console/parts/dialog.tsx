/** A dialog that keeps the keyboard within it and closes with Escape, as the browser's own does. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useAction } from "../api/load";
import { t } from "../text/translate";
import { Form, Submit } from "./form";
import { Icon } from "./icon";

export function Dialog({ title, close, wide, children }: { title: string; close: () => void; wide?: boolean; children: ComponentChildren }) {
    const element = useRef<HTMLDialogElement>(null);
    const id = useId();
    useEffect(() => {
        element.current?.showModal();
        return () => element.current?.close();
    }, []);
    return (
        <dialog ref={element} class={wide ? "broad" : undefined} aria-labelledby={id} onCancel={event => (event.preventDefault(), close())} onClick={event => event.target === element.current && close()}>
            <div class="dialog">
                <header>
                    <h2 id={id}>
                        <bdi>{title}</bdi>
                    </h2>
                    <button type="button" class="bare" aria-label={t("action.close")} onClick={close}>
                        <Icon name="close" />
                    </button>
                </header>
                {children}
            </div>
        </dialog>
    );
}

/** Says what will go, and asks. */
export function Confirm({ title, what, action, run, close }: { title: string; what: string; action: string; run: () => Promise<unknown>; close: () => void }) {
    const work = useAction();
    return (
        <Dialog title={title} close={close}>
            <Form problem={work.problem} submit={() => void work.run(run).then(done => done && close())}>
                <p>{what}</p>
                <div class="actions">
                    <button type="button" onClick={close}>
                        {t("action.cancel")}
                    </button>
                    <Submit busy={work.busy} danger>
                        {action}
                    </Submit>
                </div>
            </Form>
        </Dialog>
    );
}
