package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// Local names of XMP, whatever their prefix, that tell something.
var (
	placeNames = []string{"City", "State", "Location", "Sublocation", "LocationCreated", "LocationShown"}
	// timeNames begin with GPS as coordinates do, and tell no place.
	timeNames   = []string{"GPSVersionID", "GPSTimeStamp", "GPSDateStamp", "GPSMapDatum"}
	deviceNames = []string{"CreatorTool", "Make", "Model", "SerialNumber", "BodySerialNumber", "CameraSerialNumber", "Lens", "LensMake", "LensModel",
		"LensSerialNumber", "OwnerName", "CameraOwnerName", "Artist", "creator", "Software", "softwareAgent", "CaptionWriter", "AuthorsPosition", "rights"}
	// pictureNames hold pictures and sounds as text.
	pictureNames = []string{"Data", "image", "BinaryData"}
)

// xmp looks into a packet of XMP.
func (n *note) xmp(b []byte) {
	if len(b) > n.xmpLeft {
		n.Unread = true
		b = b[:n.xmpLeft]
	}
	n.xmpLeft -= len(b)
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("<\x00")):
		b = wide(b, false)
	case bytes.HasPrefix(b, []byte("\xfe\xff")), bytes.HasPrefix(b, []byte("\x00<")):
		b = wide(b, true)
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	within := ""
	for {
		token, err := d.RawToken()
		if err != nil {
			n.Unread = n.Unread || !errors.Is(err, io.EOF)
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			within = token.Name.Local
			n.named(within)
			for _, a := range token.Attr {
				if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
					continue
				}
				n.named(a.Name.Local)
				n.said(a.Name.Local, []byte(a.Value))
			}
		case xml.CharData:
			n.said(within, token)
		case xml.Comment:
			n.text(token)
		}
	}
}

func (n *note) named(name string) {
	switch {
	case slices.Contains(placeNames, name), strings.HasPrefix(name, "GPS") && !slices.Contains(timeNames, name):
		n.Location = true
	case slices.Contains(deviceNames, name):
		n.Device = true
	case slices.Contains(pictureNames, name):
		n.Hidden = true
	}
}

func (n *note) said(name string, text []byte) {
	if !slices.Contains(pictureNames, name) {
		n.text(text)
	}
}
