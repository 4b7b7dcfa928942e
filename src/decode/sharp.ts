// sharp set up once for this process; the rest of the layer takes it from here.
import sharp from 'sharp';

// Every request brings another picture, so libvips' operation cache would only hold memory.
sharp.cache(false);
// One thread a picture: pictures run beside each other, and two servers on one machine do not fight.
sharp.concurrency(1);
// Only the three readers that the decoder asks for: no file can reach the SVG, PDF or TIFF code.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});

export { sharp };
