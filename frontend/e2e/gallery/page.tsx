import './page.css';
import { createRoot } from 'react-dom/client';
import { Speak, useWords } from '../../src/text';
import { followKeys, followPresses, I18nProvider, Toasts } from '../../src/ui';
import { parts } from './parts';

// Every part of src/ui in every state, for whoever changes one (`npm run gallery`) and for
// gallery.spec.ts. It is no page of the program.

followKeys();
followPresses();

function Gallery() {
  return (
    <Toasts words={useWords()} close="Fermer" place="gallery">
      <main className="gallery">
        <h1>Pièces de la fenêtre</h1>
        {Object.entries(parts).map(([name, Part]) => (
          <section key={name} aria-labelledby={name}>
            <h2 id={name}>{name}</h2>
            <div className="states">
              <Part />
            </div>
          </section>
        ))}
      </main>
    </Toasts>
  );
}

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <Speak lang="fr">
      <I18nProvider locale="fr-FR">
        <Gallery />
      </I18nProvider>
    </Speak>,
  );
