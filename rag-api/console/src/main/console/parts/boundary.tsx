/** Shows something else instead of what fails to render, so that the rest of the page stays. */
import { Component, type ComponentChildren } from "preact";

export class Boundary extends Component<{ instead: ComponentChildren; children: ComponentChildren }, { failed: boolean }> {
    override state = { failed: false };

    static override getDerivedStateFromError(): { failed: boolean } {
        return { failed: true };
    }

    override render() {
        return this.state.failed ? this.props.instead : this.props.children;
    }
}
