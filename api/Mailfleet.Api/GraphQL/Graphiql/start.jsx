import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import "graphiql/graphiql.css";

// The log-in's cookie goes along; a token may be typed into the headers instead.
const fetcher = async (request, options) => {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json", ...options?.headers },
    body: JSON.stringify(request),
    credentials: "same-origin",
  });
  return answer.json();
};

createRoot(document.getElementById("graphiql")).render(<GraphiQL fetcher={fetcher} defaultEditorToolsVisibility="headers" />);
