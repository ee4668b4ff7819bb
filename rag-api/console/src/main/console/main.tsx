import { render } from "preact";
import { App } from "./app/app";
import "./app/theme";

render(<App />, document.getElementById("console")!);
