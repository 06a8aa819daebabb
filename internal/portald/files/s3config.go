package files

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"guichet/internal/portald/setting"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// S3Config says where a bucket is. Whoever asks for it is told by two files of one
// value each, read again every few minutes, or by AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the environment.
type S3Config struct {
	Endpoint  string // such as https://s3.example.fr; "" for Amazon's own in the region
	Region    string // "" for us-east-1, which is what most other servers go by
	Bucket    string
	Prefix    string // of all names in the bucket, such as "portald/"; may be ""
	PathStyle bool   // the bucket's name stands in the path, not in the host's name
	KeyFile   string // holds the access key's id
	// SecretFile holds the secret that goes with it.
	SecretFile string
	// Plain takes an endpoint without TLS on another machine too.
	Plain bool
}

// Check reports what makes a configuration unusable.
func (c S3Config) Check() error {
	if c.Bucket == "" {
		return errors.New("files on S3 need the name of a bucket")
	}
	if (c.KeyFile == "") != (c.SecretFile == "") {
		return errors.New("S3: give the file of the access key's id and the one of its secret, or none of them")
	}
	if c.Endpoint == "" {
		return nil
	}
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("S3: the endpoint is an address such as https://s3.example.fr, without names or passwords") // not repeated: it may hold one
	}
	if u.Scheme == "http" && !c.Plain && !setting.Loopback(u.Hostname()) {
		return errors.New("S3: the endpoint is reached without TLS, and is not on this machine")
	}
	return nil
}

// rereadCredentials is how long those of the files hold: whoever changes them need not
// start anything again.
const rereadCredentials = 5 * time.Minute

func (c S3Config) credentials(context.Context) (aws.Credentials, error) {
	out := aws.Credentials{AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN")}
	if c.KeyFile != "" {
		out = aws.Credentials{CanExpire: true, Expires: time.Now().Add(rereadCredentials)}
		for file, value := range map[string]*string{c.KeyFile: &out.AccessKeyID, c.SecretFile: &out.SecretAccessKey} {
			body, err := os.ReadFile(file)
			if err != nil {
				return aws.Credentials{}, fmt.Errorf("read S3 credentials: %w", err)
			}
			*value = strings.TrimSpace(string(body))
		}
	}
	if out.AccessKeyID == "" || out.SecretAccessKey == "" {
		return aws.Credentials{}, errors.New("nobody to ask S3 as: give the files of key and secret, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	return out, nil
}

func (c S3Config) client(line *http.Transport) *s3.Client {
	o := s3.Options{
		Region: c.Region, UsePathStyle: c.PathStyle, HTTPClient: &http.Client{Transport: line},
		Credentials: aws.NewCredentialsCache(aws.CredentialsProviderFunc(c.credentials)),
		// The signature is of the bytes themselves; not every server knows the newer sums.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	if c.Endpoint != "" {
		o.BaseEndpoint = aws.String(c.Endpoint)
	}
	return s3.New(o)
}

// newLine is how the server is reached: one that says nothing for half a minute is
// asked again.
func newLine() *http.Transport {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, TLSHandshakeTimeout: 10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second, MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second, ForceAttemptHTTP2: true,
	}
}
