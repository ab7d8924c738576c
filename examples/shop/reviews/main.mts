/** What people say; needs nothing and nobody. */
import { serve } from './vendor/http/http.mjs';

const reviews = {
  tea: { stars: 5, text: '清香 · fresh as the lake' },
  cup: { stars: 4, text: '温润 · smooth, a little small' },
  fan: { stars: 4, text: '轻巧 · light' },
  ink: { stars: 5, text: '细腻 · for a lifetime' },
};

serve(
  'reviews',
  () => undefined,
  ({ path }) => (path === '/reviews' ? reviews : undefined),
);
