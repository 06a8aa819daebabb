package launch

import (
	"context"
	"net"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// meeting is the pipe at which the programs of a data folder meet.
func meeting(data string) (string, error) {
	name, err := short(data)
	if err != nil {
		return "", err
	}
	return `\\.\pipe\` + name, nil
}

// listen opens the pipe for this user alone.
func listen(name string) (net.Listener, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return winio.ListenPipe(name, &winio.PipeConfig{SecurityDescriptor: "D:P(A;;GA;;;" + user.User.Sid.String() + ")"})
}

func dial(ctx context.Context, name string) (net.Conn, error) {
	c, err := winio.DialPipeContext(ctx, name)
	if err == nil {
		// The program in front says who may come to the front; without this the first
		// one would only blink.
		const anybody = 0xFFFFFFFF
		_, _, _ = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow").Call(anybody)
	}
	return c, err
}
