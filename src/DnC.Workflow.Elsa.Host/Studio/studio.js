// Signs in at Elsa's API, and shows one of Studio's elements for each address below /studio/: each is a page of its own, since a page bears
// one element, and Studio itself rewrites what is behind '?'.
(() => {
  'use strict';
  const api = new URL('/elsa/api', location.href).href;
  const kept = 'dnc-elsa-token';
  const byId = id => document.getElementById(id);
  const page = byId('page');

  const token = () => {
    const text = sessionStorage.getItem(kept);
    if (!text) return null;
    try {
      const claims = JSON.parse(atob(text.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
      return claims.exp * 1000 > Date.now() ? text : null;
    } catch {
      return null;
    }
  };

  // Not before Studio has defined it: what is set on an element earlier is hidden from it.
  const element = async (name, attributes, events) => {
    await customElements.whenDefined(name);
    const made = document.createElement(name);
    const all = { 'remote-endpoint': api, 'access-token': token(), ...attributes };
    for (const [key, value] of Object.entries(all)) made.setAttribute(key, value);
    Object.assign(made, events);
    return made;
  };

  const go = address => location.assign(new URL(address, document.baseURI));
  const routes = [
    [/^definitions$/, () => element('elsa-workflow-definition-list', {}, { editWorkflowDefinition: id => go(`definitions/${id}`) })],
    [/^definitions\/([^/]+)$/, id => element('elsa-workflow-definition-editor', { 'definition-id': id }, { workflowDefinitionExecuted: instance => go(`instances/${instance}`) })],
    [/^instances$/, () => element('elsa-workflow-instance-list', {}, { viewWorkflowInstance: id => go(`instances/${id}`) })],
    [/^instances\/([^/]+)$/, id => element('elsa-workflow-instance-viewer', { 'instance-id': id }, { editWorkflowDefinition: definition => go(`definitions/${definition}`) })],
  ];

  const place = () => location.pathname.slice(new URL(document.baseURI).pathname.length);
  window.dnc = { api, token, go, place };

  const show = () => {
    const isIn = token() !== null;
    byId('bar').hidden = !isIn;
    byId('enter').hidden = isIn;
    page.replaceChildren();
    if (!isIn) {
      byId('password').focus();
      return;
    }
    for (const link of document.querySelectorAll('#bar nav a')) {
      if (place().startsWith(link.getAttribute('href'))) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    for (const [pattern, make] of routes) {
      const found = pattern.exec(place());
      if (found) {
        make(...found.slice(1).map(decodeURIComponent)).then(made => page.append(made));
        return;
      }
    }
    go('definitions');
  };

  byId('enter').addEventListener('submit', async event => {
    event.preventDefault();
    byId('refused').textContent = '';
    try {
      const answer = await fetch(`${api}/identity/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: byId('user').value, password: byId('password').value }),
      });
      const body = answer.ok ? await answer.json() : {};
      if (!body.isAuthenticated) {
        byId('refused').textContent = answer.status >= 500 ? `The server has an error (${answer.status}).`
          : answer.status === 429 ? 'Too many wrong tries: wait a minute.'
          : 'Wrong user or password.';
        return;
      }
      sessionStorage.setItem(kept, body.accessToken);
      location.reload();
    } catch {
      byId('refused').textContent = 'The server cannot be reached.';
    }
  });
  byId('leave').addEventListener('click', () => {
    sessionStorage.removeItem(kept);
    show();
  });
  show();
})();
